package dossier_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"aval/bot"
)

const schemaFile = "../../docs/package.schema.json"

// schemas compiles the published schema of each file.
func schemas(t *testing.T) (func(file string) *jsonschema.Schema, map[string]any) {
	t.Helper()
	raw, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("urn:aval:package:1", doc); err != nil {
		t.Fatal(err)
	}
	return func(file string) *jsonschema.Schema {
		s, err := c.Compile("urn:aval:package:1#/$defs/" + file)
		if err != nil {
			t.Fatalf("no schema for %s: %v", file, err)
		}
		return s
	}, doc.(map[string]any)
}

func TestSchema(t *testing.T) {
	schema, _ := schemas(t)
	check := func(t *testing.T, files map[string][]byte) {
		t.Helper()
		for name, content := range files {
			if !data(name) {
				continue
			}
			values := [][]byte{content}
			if strings.HasSuffix(name, ".jsonl") {
				values = bytes.Split(bytes.TrimSuffix(content, []byte("\n")), []byte("\n"))
			}
			for _, v := range values {
				if len(v) == 0 {
					continue
				}
				doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(v))
				if err == nil {
					err = schema(name).Validate(doc)
				}
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
	scopes(t, func(t *testing.T, scope string) {
		p, _, _ := packer(t)
		d, _ := seeded("ANA", scope)
		files, _ := unzip(t, pack(t, p, d))
		check(t, files)
	})
	t.Run("empty", func(t *testing.T) {
		p, _, _ := packer(t)
		files, _ := unzip(t, pack(t, p, &bot.Dossier{Scope: bot.CaseAccess, Reference: "A", Brand: brand(), Made: made}))
		check(t, files)
	})
	t.Run("hostile", func(t *testing.T) {
		p, _, _ := packer(t)
		files, _ := unzip(t, pack(t, p, hostileDossier()))
		check(t, files)
	})
}

// A field that is not in the schema must not pass: it would be a value that
// nobody described.
func TestSchemaIsClosed(t *testing.T) {
	_, doc := schemas(t)
	var walk func(path string, v any)
	closed := 0
	walk = func(path string, v any) {
		switch v := v.(type) {
		case []any:
			for n, e := range v {
				walk(fmt.Sprint(path, "/", n), e)
			}
		case map[string]any:
			_, object := v["properties"].(map[string]any)
			if object || v["type"] == "object" {
				if v["additionalProperties"] != false {
					t.Errorf("%s is open", path)
				}
				closed++
			}
			for name, e := range v {
				if name != "const" {
					walk(path+"/"+name, e)
				}
			}
		}
	}
	walk("#", doc)
	if closed < 20 {
		t.Errorf("only %d objects were looked at", closed)
	}
}
