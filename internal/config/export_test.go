package config

// ParseTree lets the fuzzer reach the reader of YAML alone.
func ParseTree(data []byte) error {
	_, err := parseTree(data)
	return err
}

// What the tests of the small parts need.
var (
	ParseDuration = parseDuration
	Spell         = spell
	Suggest       = suggest
)

// SettingNames are the variables and their keys.
func SettingNames() []string {
	names := []string{configVariable}
	for _, s := range settings() {
		names = append(names, s.env, s.key)
	}
	return names
}
