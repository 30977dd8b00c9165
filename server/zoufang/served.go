package main

import (
	"os"
	"path/filepath"
	"strings"

	"zoufang/internal/durable"
)

// servedName is the file of a data directory that holds the address of the service on
// it, while that runs: what is printed beside it leads there, whatever its port.
const servedName = "served"

// noteServed tells other commands where this service is. forget ends that, unless
// another service has come in its place. Without a data directory, and where it cannot
// be written, nobody is told: that keeps no service from running.
func (c *call) noteServed() (forget func()) {
	file := filepath.Join(c.Data, servedName)
	if c.Production.inUse() {
		return func() {}
	}
	err := durable.MakeDir(c.Data)
	if err == nil {
		err = os.WriteFile(file, []byte(c.URL+"\n"), 0o600)
	}
	if err != nil {
		c.log.Warn("commands beside this service do not know its address", "error", err)
	}
	return func() {
		if c.served() == c.URL {
			_ = os.Remove(file) // left behind it says where a service was last
		}
	}
}

// served is the address of the service on the data directory, or "".
func (c *call) served() string {
	b, err := os.ReadFile(filepath.Join(c.Data, servedName))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// reach has the links that a command prints lead to where the service is: where it was
// said to be, else where the running one says it is, else where one would listen.
func (c *call) reach() error {
	if at := c.served(); !c.told && at != "" {
		c.URL = at
	}
	if c.URL == "" {
		return usagef("--url is needed: --listen names no port")
	}
	return nil
}
