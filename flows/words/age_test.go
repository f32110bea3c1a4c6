package words_test

import "testing"

func TestAge(t *testing.T) {
	l := lexicon(t)
	for text, want := range map[string]int{
		"I am 12 years old": 12, "i'm 12": 12, "I’m 12!": 12, "im twelve": 12, "I am fifteen years old": 15, "12 years old": 12,
		"12yo": 12, "I'm 13 y/o": 13, "my age is 14": 14, "I'm a 12 year old girl": 12, "Hi, I am 11": 11, "hello i'm 11": 11,
		"yes i am 16 and I want to buy": 16, "I am 12 years old can i buy this?": 12, "No, I'm 17": 17, "I'm only 9, sorry": 9,
		"I just turned 18": 18, "I AM 42.": 42,
		"tenho 12 anos": 12, "Tenho doze anos": 12, "eu tenho 12 anos e quero comprar": 12, "oi tenho 12 anos": 12,
		"Oi, tenho 12 anos, posso comprar?": 12, "tenho só 10 anos": 10, "12 anos": 12, "mas eu tenho 15 anos": 15,
		"só tenho dezesseis anos": 16, "minha idade é 13": 13, "tenho 12 anos quero sorvete": 12, "sim, tenho 70 anos": 70,
		"tengo 12 años": 12, "Hola, tengo doce años": 12, "tengo 14 años y quiero comprar": 14, "solo tengo 9 años": 9,
		"mi edad es de 15 años": 15, "tengo dieciséis años": 16,
		"ich bin 12": 12, "Ich bin zwölf Jahre alt": 12, "ich bin 12 Jahre alt und möchte bestellen": 12, "ich bin erst 13": 13,
		"12 Jahre alt": 12, "Hallo, ich bin fünfzehn": 15, "mein Alter ist 17": 17,
		"j'ai 12 ans": 12, "J’ai 12 ans et je veux acheter": 12, "ho 12 anni": 12, "ho solo 11 anni, posso?": 11,
		"ik ben 12 jaar": 12, "ik ben pas 12": 12, "mam 12 lat": 12, "мне 12 лет": 12, "мне всего 11": 11, "мені 12 років": 12,
		"12 yaşındayım": 12, "ben 12 yaşındayım": 12, "عمري ١٢ سنة": 12, "عمري 12": 12, "אני בן 12": 12, "אני בת 13": 13,
		"من ۱۲ سالمه": 12, "मैं १२ साल का हूँ": 12, "मेरी उम्र 12 साल है": 12, "meri umar 12 saal hai": 12,
		"আমার বয়স ১২ বছর": 12, "umur saya 12 tahun": 12, "saya berumur 12 tahun": 12, "saya berusia 13 tahun": 13,
		"em 12 tuổi": 12, "ฉันอายุ 12 ปี": 12, "ฉันอายุ๑๒ปี": 12, "ผมอายุ12ปีครับ": 12, "我12岁": 12, "我今年 12 歲": 12, "１２歳です": 12,
		"私は12歳です": 12, "12살이에요": 12, "저는 12살입니다": 12, "je mi 12 let": 12, "mám 12 rokov": 12, "jeg er 12": 12,
		"jeg er 12 år gammel": 12, "jag är 12 år": 12, "olen 12 vuotta vanha": 12, "12 éves vagyok": 12, "am 12 ani": 12,
		"είμαι 12 χρονών": 12, "nina miaka 12": 12,
	} {
		if got, ok := l.Age(text); !ok || got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, ok, want)
		}
	}
}

func TestAgeOfNobody(t *testing.T) {
	l := lexicon(t)
	for _, text := range []string{
		"", "12", "order 12", "my order is 12", "my son is 12", "my son is 12 years old", "12 years warranty",
		"I am 5 minutes away", "I am 2 people", "I am 5 people", "I'm 12th in line", "I am 5,5 km away", "I'm 5.11",
		"I am 12%", "I'm 50 € short", "I am 18+", "I am 2", "I am 121", "I am 99999999999999999999", "I was 12", "I am not 12",
		"12 years old whisky", "a 12 year old whisky", "I have 12 years of experience", "I am once bitten", "I'm 12-15 km away",
		"my daughter, 12 years old", "is it for 12 years old?", "12 anos?", "12 anos de garantia", "tenho 12 anos de casa",
		"não tenho 12 anos", "meu filho tem 12 anos", "tenho 12 pedidos", "tengo 12 años en la empresa", "no tengo 12 años",
		"si tengo 12 años", "tengo 12", "mi hijo tiene 12 años", "ich bin 12 Minuten zu spät", "mein Sohn ist 12 Jahre alt",
		"12 Jahre Garantie", "ich bin nicht 12", "mon fils a 12 ans", "12 ans de garantie", "мне 12 штук", "мне 12, пожалуйста",
		"сыну 12 лет", "我儿子12岁", "他12岁", "息子は12歳です", "내 아들은 12살", "the bus stop, 12", "12 anos e meio de garantia",
	} {
		if got, ok := l.Age(text); ok {
			t.Errorf("%q: somebody is %d", text, got)
		}
	}
}

func FuzzAge(f *testing.F) {
	l := lexicon(f)
	for _, s := range []string{"tenho 12 anos", "I'm 12, ok", "ฉันอายุ๑๒ปี", "Oi, ", "# , #"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		years, ok := l.Age(s)
		if ok && (years < 3 || years > 120) || !ok && years != 0 {
			t.Errorf("%q: %d, %v", s, years, ok)
		}
	})
}
