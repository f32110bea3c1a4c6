package config

import (
	"net"
	"net/url"
	"path/filepath"
	"strings"

	"aval/bot"
)

// Defaults of the settings.
const (
	defaultAddr          = "127.0.0.1:8080"
	defaultAdminAddr     = "127.0.0.1:8081"
	defaultSimulatorAddr = "127.0.0.1:8090"
	defaultData          = "data"
	graphHost            = "graph.facebook.com"
	graphVersion         = "v26.0"
	graphURL             = "https://" + graphHost + "/" + graphVersion
)

// settle turns the settings into the Config's fields.
func (l *loader) settle(c *Config, root *object) {
	l.given = l.gather(root)
	c.Mode = Mode(l.oneOf("mode", string(Development), string(Production)))
	c.Addr = l.addr("addr", defaultAddr, c.Mode == Development)
	c.AdminAddr = l.addr("admin_addr", defaultAdminAddr, true)
	c.SimulatorAddr = l.addr("simulator_addr", defaultSimulatorAddr, true)
	c.Data = filepath.Clean(l.or("data", defaultData))
	if dir := l.given["flow_dir"].text; dir != "" {
		c.FlowDir = l.beside(dir)
	}
	c.PublicURL = l.publicURL(c)
	c.Store = l.store()
	c.Keys = l.keys()
	simulator := "on"
	if c.Mode == Production {
		simulator = "off"
	}
	c.Simulator = l.switched("simulator", simulator)
	l.metaSettings(c)
}

func (l *loader) or(key, fallback string) string {
	if s := l.given[key].text; s != "" {
		return s
	}
	return fallback
}

// oneOf returns the first word when the setting is missing or wrong, so that
// the remaining checks have something to work with.
func (l *loader) oneOf(key string, words ...string) string {
	v := l.given[key]
	if v.text == "" || contains(words, v.text) {
		return l.or(key, words[0])
	}
	mend := didYouMean(v.text, words)
	if mend == "" {
		mend = "write " + strings.Join(words, " or ")
	}
	l.add(v.fault("not one of "+strings.Join(words, ", "), mend))
	return words[0]
}

func (l *loader) switched(key, fallback string) bool {
	other := "on"
	if fallback == "on" {
		other = "off"
	}
	return l.oneOf(key, fallback, other) == "on"
}

// addr is a host and a port. loopback refuses addresses that others can reach.
func (l *loader) addr(key, fallback string, loopback bool) string {
	v := l.given[key]
	if v.text == "" {
		return fallback
	}
	host, port, err := net.SplitHostPort(v.text)
	if err != nil || !isPort(port) {
		l.add(v.fault("not a host and a port", "write for example "+fallback))
		return fallback
	}
	if loopback && !isLoopback(host) {
		l.add(v.fault("this listener may only be reached from this machine", "write for example "+fallback))
	}
	return v.text
}

func isPort(s string) bool {
	_, err := net.LookupPort("tcp", s)
	return err == nil && s != "" && strings.Trim(s, "0123456789") == ""
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

func (l *loader) store() bot.Secret {
	v := l.given["store"]
	text := l.or("store", string(StoreSQLite))
	if text == string(StoreSQLite) {
		return StoreSQLite
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "mongodb" && u.Scheme != "mongodb+srv") {
		l.add(v.fault("not a store", "write sqlite, or a mongodb:// or mongodb+srv:// URL"))
	}
	return bot.Secret(text)
}

// publicURL stands in links that people open. In development a loopback
// address will do: the phones are on the same machine.
func (l *loader) publicURL(c *Config) string {
	v := l.given["public_url"]
	if v.text == "" {
		if c.Mode == Development {
			return "http://" + c.Addr
		}
		return ""
	}
	u, err := url.Parse(v.text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		l.add(v.fault("not a plain address", "write for example https://chat.example.com"))
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		l.add(v.fault("people get their data over https only", "write https"))
	}
	return strings.TrimSuffix(v.text, "/")
}

func (l *loader) keys() string {
	v := l.given["keys"]
	if v.text == "" {
		return ""
	}
	u, err := url.Parse(v.text)
	if err != nil || u.Scheme != "file" || u.Host != "" || !strings.HasPrefix(u.Path, "/") || u.RawQuery != "" {
		l.add(v.fault("not a place of keys", "write file:/// and an absolute path"))
	}
	return v.text
}

func (l *loader) metaSettings(c *Config) {
	v := l.given["meta.app_secret"]
	for _, s := range strings.Split(v.text, ",") {
		s = strings.TrimSpace(s)
		if s == "" && v.text != "" {
			l.add(v.fault("one of the app secrets is empty", "separate them by single commas"))
			continue
		}
		if s != "" {
			c.Meta.AppSecrets = append(c.Meta.AppSecrets, bot.Secret(s))
		}
	}
	c.Meta.VerifyToken = bot.Secret(l.given["meta.verify_token"].text)
	c.Meta.AccessToken = bot.Secret(l.given["meta.access_token"].text)
	c.Meta.PhoneNumberID = l.id("meta.phone_number_id")
	c.Meta.WABA = l.id("meta.waba_id")
	c.Meta.GraphURL = l.graph(c)
}

func (l *loader) id(key string) string {
	v := l.given[key]
	if v.text != "" && !isMetaID(v.text) {
		v.secret = true // tokens and telephone numbers get pasted here
		l.add(v.fault("Meta's ids are 5 to 20 digits", "copy it from the app dashboard; it is not the phone number"))
	}
	return v.text
}

func isMetaID(s string) bool {
	return len(s) >= 5 && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}

// graph is where messages go: the simulator when it runs, else Meta.
func (l *loader) graph(c *Config) string {
	v := l.given["meta.graph_url"]
	if v.text == "" && c.Simulator {
		return "http://" + c.SimulatorAddr + "/graph/" + graphVersion
	}
	text := strings.TrimSuffix(l.or("meta.graph_url", graphURL), "/")
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		v.secret = true // it may hold a token in its user or query part
		l.add(v.fault("not a plain address", "write "+graphURL))
	case c.Mode == Production && (u.Scheme != "https" || u.Host != graphHost):
		l.add(v.fault("messages and the access token may go to Meta alone, over https", "write "+graphURL))
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		l.add(v.fault("http is for this machine only", "write https, or a loopback address"))
	}
	return text
}
