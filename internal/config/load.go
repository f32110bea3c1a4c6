package config

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"aval/bot"
)

// Source is where a configuration comes from. All fields but File are needed.
type Source struct {
	// Environ is the environment as os.Environ returns it.
	Environ []string
	// File is the -config flag; it wins over AVAL_CONFIG. With neither,
	// aval.yaml in the working directory is read if it is there.
	File string
	// ReadFile and ReadDir are os.ReadFile and os.ReadDir.
	ReadFile func(string) ([]byte, error)
	ReadDir  func(string) ([]fs.DirEntry, error)
	// Demo holds the aval.yaml and the notices of the demo brand, which
	// development mode uses when there is no file.
	Demo fs.FS
}

// Load reads, checks and completes the configuration. It returns either a
// Config or all of its faults.
func Load(src Source) (*Config, Faults) {
	var faults Faults
	l := &loader{reader: reader{faults: &faults}, src: src, read: src.ReadFile, list: src.ReadDir}
	l.environ(src.Environ)
	l.strangers()
	root := l.openFile()
	c := &Config{File: l.file}
	l.settle(c, root)
	if c.Mode == Production && l.demo {
		root = nil // the demo is refused as a whole, not line by line
	}
	l.brands(c, root)
	l.retention(c, root)
	root.done()
	l.meta.done()
	l.brandNumbers(c)
	l.profiles(c)
	l.laws(c)
	if c.Mode == Production {
		l.production(c)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return c, nil
}

// loader is one run of Load.
type loader struct {
	reader
	src   Source
	env   map[string]string
	names []string
	read  func(string) ([]byte, error)
	list  func(string) ([]fs.DirEntry, error)
	demo  bool
	meta  *object
	// given is every setting by its key in aval.yaml.
	given map[string]value
	// origins are the mappings the brands were read from, by position.
	origins []*origin
	// kept is the mapping of retention rules, nil for a file without one.
	kept *object
}

// origin keeps what checks after reading need to point at a place.
type origin struct {
	brand     *object
	purposes  map[string]*object
	rules     *object
	assessed  map[string]bool // purposes whose balancing test is referred to
	languages []string
}

// environ splits the environment; the first of two values wins, as it does
// for the rest of the process.
func (l *loader) environ(list []string) {
	l.env = map[string]string{}
	for _, pair := range list {
		name, text, _ := strings.Cut(pair, "=")
		if _, twice := l.env[name]; twice {
			continue
		}
		l.env[name] = text
		l.names = append(l.names, name)
	}
	sort.Strings(l.names)
}

const defaultFile = "aval.yaml"

// openFile finds and parses aval.yaml, or the demo's.
func (l *loader) openFile() *object {
	where, key := "flag", "-config"
	l.file = l.src.File
	if l.file == "" {
		where, key = environment, configVariable
		l.file = l.env[configVariable]
	}
	named := l.file != ""
	if !named {
		l.file = defaultFile
	}
	data, err := l.read(l.file)
	if err == nil {
		return l.openRoot(data)
	}
	if named || !errors.Is(err, fs.ErrNotExist) {
		l.add(Fault{Where: where, Key: key, Value: l.file, Rule: "the file cannot be read",
			Mend: "check its path and who may read it"})
		return nil
	}
	return l.openDemo()
}

func (l *loader) openDemo() *object {
	l.demo, l.file = true, ""
	l.list = func(name string) ([]fs.DirEntry, error) { return fs.ReadDir(l.src.Demo, slashed(name)) }
	data, err := fs.ReadFile(l.src.Demo, defaultFile)
	if err != nil {
		l.add(Fault{Where: "demo", Rule: "the demo brand is missing from this build"})
		return nil
	}
	r := reader{file: "demo/" + defaultFile, faults: l.faults}
	return r.open(data)
}

func (l *loader) openRoot(data []byte) *object {
	root := l.open(data)
	l.meta = root.object("meta")
	if l.meta != nil {
		l.meta.hidden = true
	}
	return root
}

// readBeside reads a file next to aval.yaml.
func (l *loader) readBeside(name string) ([]byte, error) {
	if l.demo {
		return fs.ReadFile(l.src.Demo, slashed(name))
	}
	return l.read(l.beside(name))
}

func (l *loader) listBeside(name string) ([]fs.DirEntry, error) {
	return l.list(l.beside(name))
}

func (l *loader) beside(name string) string {
	if l.demo || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(l.file), name)
}

func slashed(name string) string { return path.Clean(filepath.ToSlash(name)) }

// brandNumbers puts AVAL_META_PHONE_NUMBER_ID in the place of the number of
// a brand that is alone with one number.
func (l *loader) brandNumbers(c *Config) {
	id := c.Meta.PhoneNumberID
	if id == "" || len(c.Brands) == 0 {
		return
	}
	if len(c.Brands) > 1 || len(c.Brands[0].Numbers) > 1 {
		l.add(l.given["meta.phone_number_id"].fault("several numbers are configured, and this names one",
			"name every number in brands.numbers"))
		return
	}
	if len(c.Brands[0].Numbers) == 0 {
		c.Brands[0].Numbers = []bot.Number{{PerSecond: defaultPerSecond}}
	}
	c.Brands[0].Numbers[0].ID = id
}
