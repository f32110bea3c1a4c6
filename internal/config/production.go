package config

import (
	"net/url"
	"path/filepath"
	"strings"
)

// minSecret is the least length of a token that cannot be guessed: sixteen
// characters of the poorest alphabet, hexadecimal, are 64 bits.
const minSecret = 16

// examples are words that stand in tutorials where a secret belongs.
func examples() []string {
	return []string{"changeme", "change-me", "example", "verify_token", "verify-token", "verifytoken", "my_verify_token",
		"your_verify_token", "secret", "password", "development", "replace"}
}

// production refuses everything that is unsafe outside a developer's machine.
func (l *loader) production(c *Config) {
	if c.Simulator {
		l.add(l.given["simulator"].fault("the simulator lets anyone speak as a customer", "write off"))
	}
	if l.demo {
		l.add(Fault{Where: environment, Key: configVariable, Rule: "missing: the demo brand is not a business",
			Mend: "name your aval.yaml"})
	}
	if len(c.Profiles) == 0 && !l.demo {
		l.add(Fault{Where: l.reader.at(1, 1), Key: "profiles", Rule: "missing: no law is named",
			Mend: "write for example [gdpr]"})
	}
	l.productionSecrets()
	l.productionKeys(c)
	if !storeIsSecure(string(c.Store)) {
		l.add(l.given["store"].fault("the way to MongoDB must be encrypted", "add tls=true"))
	}
}

func (l *loader) productionSecrets() {
	for _, s := range settings() {
		v := l.given[s.key]
		if v.written && v.text != "" && strings.HasPrefix(s.key, "meta.") {
			l.add(v.fault("a secret stands in aval.yaml, which gets copied and committed", "use "+s.env+"_FILE"))
		}
	}
	for _, key := range []string{"meta.app_secret", "meta.verify_token", "meta.access_token"} {
		v := l.given[key]
		if v.text == "" {
			l.add(v.fault("missing: Meta and this server know each other by it", "set it, or "+v.key+fileSuffix))
			continue
		}
		for _, part := range strings.Split(v.text, ",") {
			if guessable(strings.TrimSpace(part)) {
				l.add(v.fault("too easy to guess: an example or shorter than 16 characters", "make a random one"))
				break
			}
		}
	}
}

func guessable(secret string) bool {
	if len(secret) < minSecret {
		return true
	}
	small := strings.ToLower(secret)
	for _, word := range examples() {
		if strings.Contains(small, word) {
			return true
		}
	}
	return strings.Trim(secret, secret[:1]) == ""
}

// productionKeys: whoever copies the data directory must not get the keys
// with it, or erasure by destroying keys would mean nothing.
func (l *loader) productionKeys(c *Config) {
	v := l.given["keys"]
	if c.Keys == "" {
		l.add(v.fault("missing: nothing is stored without a key", "write file:/// and a path on another mount"))
		return
	}
	u, err := url.Parse(c.Keys)
	if err != nil {
		return // refused when it was read
	}
	if strings.HasPrefix(filepath.Base(u.Path), "dev") {
		l.add(v.fault("development keys", "make keys for production"))
	}
	if inside(u.Path, c.Data) {
		l.add(v.fault("the keys are inside the data directory", "put them on another mount"))
	}
}

// inside compares the paths as written; links are not followed.
func inside(file, dir string) bool {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return true
	}
	rel, err := filepath.Rel(abs, filepath.Clean(file))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
