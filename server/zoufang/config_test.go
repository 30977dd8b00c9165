package main

import (
	"fmt"
	"testing"
)

func TestProxiesAsPeopleWriteThem(t *testing.T) {
	for given, want := range map[string]string{
		"":                                    "[]",
		"127.0.0.1":                           "[127.0.0.1/32]",
		"10.0.0.0/8, 127.0.0.1":               "[10.0.0.0/8 127.0.0.1/32]",
		"2001:db8::/32":                       "[2001:db8::/32]",
		"::ffff:10.0.0.1":                     "[10.0.0.1/32]",
		"::ffff:10.0.0.0/104":                 "[10.0.0.0/8]",
		"::1,::ffff:127.0.0.1 ::ffff:0:0/104": "[::1/128 127.0.0.1/32 0.0.0.0/8]",
	} {
		got, err := (&config{Proxies: given}).proxies()
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%q: %v %v, want %s", given, got, err, want)
		}
	}
	for _, bad := range []string{"all", "10.0.0.0/33", "10.0.0.1:80", "localhost"} {
		if got, err := (&config{Proxies: bad}).proxies(); err == nil {
			t.Errorf("%q: %v", bad, got)
		}
	}
}
