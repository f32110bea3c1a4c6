package config

import (
	"path/filepath"
	"strings"
)

// setting is one line of the table of settings: a variable, its key in
// aval.yaml, and whether its value must stay out of faults.
type setting struct {
	env, key string
	secret   bool
}

// configVariable says where aval.yaml is; it is the only setting that cannot
// stand in the file. testPrefix marks variables of the tests, not of the
// server.
const (
	configVariable = "AVAL_CONFIG"
	prefix         = "AVAL_"
	testPrefix     = "AVAL_TEST_"
	fileSuffix     = "_FILE"
)

func settings() []setting {
	return []setting{
		{env: "AVAL_MODE", key: "mode"},
		{env: "AVAL_ADDR", key: "addr"},
		{env: "AVAL_ADMIN_ADDR", key: "admin_addr"},
		{env: "AVAL_DATA", key: "data"},
		{env: "AVAL_FLOW_DIR", key: "flow_dir"},
		{env: "AVAL_PUBLIC_URL", key: "public_url"},
		{env: "AVAL_STORE", key: "store", secret: true},
		{env: "AVAL_KEYS", key: "keys", secret: true},
		{env: "AVAL_META_APP_SECRET", key: "meta.app_secret", secret: true},
		{env: "AVAL_META_VERIFY_TOKEN", key: "meta.verify_token", secret: true},
		{env: "AVAL_META_ACCESS_TOKEN", key: "meta.access_token", secret: true},
		{env: "AVAL_META_PHONE_NUMBER_ID", key: "meta.phone_number_id"},
		{env: "AVAL_META_WABA_ID", key: "meta.waba_id"},
		{env: "AVAL_META_GRAPH_URL", key: "meta.graph_url"},
		{env: "AVAL_SIMULATOR", key: "simulator"},
		{env: "AVAL_SIMULATOR_ADDR", key: "simulator_addr"},
	}
}

// value is what a setting was given, with the place for its faults. The zero
// place is the variable that would set it.
type value struct {
	text       string
	where, key string
	secret     bool
	// written is set when a secret stands in aval.yaml itself.
	written bool
}

const environment = "environment"

func (v value) fault(rule, mend string) Fault {
	f := Fault{Where: v.where, Key: v.key, Value: v.text, Rule: rule, Mend: mend}
	if v.secret {
		f.Value = ""
	}
	return f
}

// gather reads every setting from the environment and, below it, the file.
func (l *loader) gather(file *object) map[string]value {
	found := map[string]value{}
	for _, s := range settings() {
		v := value{where: environment, key: s.env, secret: s.secret}
		fromEnv := l.fromEnv(s, v)
		fromFile := l.fromFile(s, file)
		switch {
		case fromEnv.text != "":
			v = fromEnv
		case fromFile.text != "":
			v = fromFile
		}
		found[s.key] = v
	}
	return found
}

func (l *loader) fromEnv(s setting, v value) value {
	v.text = l.env[s.env]
	path := l.env[s.env+fileSuffix]
	if path == "" {
		return v
	}
	if v.text != "" {
		l.add(v.fault("both "+s.env+" and "+s.env+fileSuffix+" are set", "keep one of them"))
		return v
	}
	v.key = s.env + fileSuffix
	v.text = l.secretFile(path, v)
	return v
}

func (l *loader) fromFile(s setting, file *object) value {
	o, key := file, s.key
	if inner, ok := strings.CutPrefix(s.key, "meta."); ok {
		o, key = l.meta, inner
	}
	v := value{text: o.text(key), secret: s.secret, key: s.key, written: s.secret}
	path := o.text(key + "_file")
	if o == nil {
		return v
	}
	v.where = o.place(key)
	if path == "" {
		return v
	}
	v.where, v.key = o.place(key+"_file"), s.key+"_file"
	if v.text != "" {
		l.add(v.fault("both "+s.key+" and "+s.key+"_file are set", "keep one of them"))
		return v
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(l.file), path)
	}
	v.written = false
	v.text = l.secretFile(path, v)
	return v
}

// secretFile reads a setting out of a file, as container platforms hand
// secrets over. One newline at the end is the editor's, not the secret's.
func (l *loader) secretFile(path string, v value) string {
	data, err := l.read(path)
	if err != nil {
		l.add(Fault{Where: v.where, Key: v.key, Value: path, Rule: "the file cannot be read",
			Mend: "check its path and who may read it"})
		return ""
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if text == "" || strings.ContainsAny(text, "\n\x00") {
		l.add(Fault{Where: v.where, Key: v.key, Value: path, Rule: "the file must hold exactly one line"})
		return ""
	}
	return text
}

// strangers reports variables with our prefix that nobody knows. Their values
// are not shown: a misspelt secret is still a secret.
func (l *loader) strangers() {
	known := []string{configVariable}
	for _, s := range settings() {
		known = append(known, s.env, s.env+fileSuffix)
	}
	for _, name := range l.names {
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, testPrefix) || contains(known, name) {
			continue
		}
		l.add(Fault{Where: environment, Key: name, Rule: "unknown variable", Mend: didYouMean(name, known)})
	}
}

func (o *object) place(key string) string {
	for _, e := range o.node.entries {
		if e.key == key {
			return o.at(e.line, e.column)
		}
	}
	return o.at(o.node.line, o.node.column)
}
