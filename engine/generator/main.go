// Writes the Python program for resources that `pulumi import` has taken over.
//
// The language host runs it for each call of GenerateProgram: it reads a request from stdin and writes
// the answer to stdout, both as JSON. The work is done by Pulumi's own generator, which exists in Go only.
// It does not write files and knows no projects.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/pulumi/pulumi/pkg/v3/codegen/hcl2/syntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

type request struct {
	// Programs in Pulumi's own notation, by file name.
	Source map[string]string `json:"source"`
	// The address of the CLI's service that knows the packages' schemas.
	Loader string `json:"loader"`
	// Whether a name that is not defined is an error; it isn't for imported resources.
	Strict bool `json:"strict"`
}

type diagnostic struct {
	Error   bool   `json:"error"`
	Summary string `json:"summary"`
	Detail  string `json:"detail"`
}

type response struct {
	// Python files by name; base64 in JSON.
	Source      map[string][]byte `json:"source"`
	Diagnostics []diagnostic      `json:"diagnostics"`
}

func main() {
	if err := answer(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answer() error {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return fmt.Errorf("reading the request: %w", err)
	}
	source, found, err := generate(asked)
	if err != nil {
		return err
	}
	answer := response{Source: source, Diagnostics: []diagnostic{}}
	for _, one := range found {
		answer.Diagnostics = append(answer.Diagnostics,
			diagnostic{Error: one.Severity == hcl.DiagError, Summary: one.Summary, Detail: one.Detail})
	}
	return json.NewEncoder(os.Stdout).Encode(answer)
}

func generate(asked request) (map[string][]byte, hcl.Diagnostics, error) {
	parser := syntax.NewParser()
	for name, text := range asked.Source {
		if err := parser.ParseFile(strings.NewReader(text), name); err != nil {
			return nil, nil, err
		}
	}
	if parser.Diagnostics.HasErrors() {
		return nil, parser.Diagnostics, nil
	}
	loader, err := schema.NewLoaderClient(asked.Loader)
	if err != nil {
		return nil, nil, err
	}
	var options []pcl.BindOption
	if !asked.Strict {
		options = pcl.NonStrictBindOptions()
	}
	program, found, err := pcl.BindProgram(parser.Files, schema.NewCachedLoader(loader), options...)
	if err != nil || found.HasErrors() {
		return nil, found, err
	}
	files, generated, err := python.GenerateProgram(program)
	return files, append(found, generated...), err
}
