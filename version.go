package main

import (
	"context"
	"fmt"
	"runtime/debug"
)

// version prints the module version, or the commit it was built from.
func version(_ context.Context, args []string, _ environment, io stdio) error {
	if len(args) > 0 {
		return errUsage
	}
	fmt.Fprintln(io.out, "aval", buildVersion())
	return nil
}

func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return info.Main.Version + " " + s.Value[:12]
		}
	}
	return info.Main.Version
}
