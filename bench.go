package main

import "context"

// bench is filled in below.
func bench(_ context.Context, _ []string, _ environment, _ stdio) error { return errUsage }
