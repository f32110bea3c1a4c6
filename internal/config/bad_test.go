package config_test

import (
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"aval/internal/config"
)

var update = flag.Bool("update", false, "write the faults that were found into the want sections")

// good is a business's configuration without faults, as files.
func good(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"aval.yaml", "notices/v1.yaml"} {
		data, err := os.ReadFile(filepath.Join("testdata/good", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	return files
}

// source reads from files in memory, with aval.yaml in the working directory.
func source(files fs.FS, environ ...string) config.Source {
	return config.Source{
		Environ:  environ,
		ReadFile: func(name string) ([]byte, error) { return fs.ReadFile(files, inside(name)) },
		ReadDir:  func(name string) ([]fs.DirEntry, error) { return fs.ReadDir(files, inside(name)) },
		Demo:     os.DirFS("../../templates/brands/demo"),
	}
}

func inside(name string) string { return strings.TrimPrefix(path.Clean(filepath.ToSlash(name)), "/") }

// secrets are what the production cases hand over; none may be in a fault.
func secrets() []string {
	return []string{"5f2b7c9d1e3a4068b7a9c1d2e3f40516", "hunter-plover-41-anvil-moss", "EAAGm0PX4ZCpsBAKZCzz81"}
}

func productionEnv() []string {
	return []string{
		"AVAL_MODE=production", "AVAL_KEYS=file:///mnt/keys/root.key", "AVAL_META_APP_SECRET=" + secrets()[0],
		"AVAL_META_VERIFY_TOKEN=" + secrets()[1], "AVAL_META_ACCESS_TOKEN=" + secrets()[2],
	}
}

func TestGoodConfiguration(t *testing.T) {
	for name, environ := range map[string][]string{"development": nil, "production": productionEnv()} {
		t.Run(name, func(t *testing.T) {
			c, faults := config.Load(source(good(t), environ...))
			if len(faults) > 0 {
				t.Fatalf("faults:\n%v", faults)
			}
			if string(c.Mode) != name || c.File != "aval.yaml" {
				t.Errorf("mode %s from %q", c.Mode, c.File)
			}
		})
	}
}

// TestBad changes the good configuration as each file in testdata/bad says
// and wants exactly the faults that stand there. In an edit section, lines
// with a minus are looked for and the lines with a plus take their place.
func TestBad(t *testing.T) {
	names, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(names) < 40 {
		t.Fatalf("%d bad configurations, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { checkBad(t, name) })
	}
}

func checkBad(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	files, environ, want := good(t), []string(nil), -1
	for i, f := range archive.Files {
		text := string(f.Data)
		switch verb, target, _ := strings.Cut(f.Name, " "); verb {
		case "env":
			environ = append(environ, strings.Split(strings.TrimSpace(text), "\n")...)
		case "production":
			environ = append(environ, productionEnv()...)
		case "edit":
			files[target] = &fstest.MapFile{Data: []byte(edit(t, string(files[target].Data), text))}
		case "delete":
			delete(files, target)
		case "want":
			want = i
		default:
			files[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	_, faults := config.Load(source(files, environ...))
	got := faults.Error() + "\n"
	for _, secret := range secrets() {
		if strings.Contains(got, secret) {
			t.Errorf("a secret stands in a fault")
		}
	}
	if *update {
		archive.Files[want].Data = []byte(got)
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if len(faults) == 0 || got != string(archive.Files[want].Data) {
		t.Errorf("%sgot:\n%swant:\n%s", archive.Comment, got, archive.Files[want].Data)
	}
}

func edit(t *testing.T, text, change string) string {
	t.Helper()
	var from, to string
	flush := func() {
		if from+to == "" {
			return
		}
		if strings.Count(text, from) != 1 {
			t.Fatalf("%q is there %d times", from, strings.Count(text, from))
		}
		text, from, to = strings.Replace(text, from, to, 1), "", ""
	}
	for line := range strings.Lines(change) {
		switch line[0] {
		case '-':
			if to != "" {
				flush()
			}
			from += line[1:]
		case '+':
			to += line[1:]
		}
	}
	flush()
	return text
}
