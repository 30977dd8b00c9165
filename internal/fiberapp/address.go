package fiberapp

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
)

type addressKey struct{}

// Address gives the network address of who asks, as a key to count by: an IPv4
// address, or the /64 of an IPv6 one, which is one customer's.
func Address(c *fiber.Ctx) string {
	return c.Context().UserValue(addressKey{}).(string)
}

func (cfg Config) address(c *fiber.Ctx) error {
	addr, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	var chain []string
	for _, h := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		chain = append(chain, string(h))
	}
	c.Context().SetUserValue(addressKey{}, counted(cfg.client(addr.Unmap(), strings.Join(chain, ","))))
	return c.Next()
}

// counted is the key that an address counts by.
func counted(a netip.Addr) string {
	if a.Is6() {
		return netip.PrefixFrom(a, 64).Masked().String()
	}
	return a.String()
}

// client walks the chain of proxies from the nearest: each trusted one vouches
// for the address before it. What stands before that anybody can write.
func (cfg Config) client(peer netip.Addr, forwarded string) netip.Addr {
	for forwarded != "" && trusts(cfg.Proxies, peer) {
		i := strings.LastIndexByte(forwarded, ',')
		entry := strings.Trim(forwarded[i+1:], " \t")
		forwarded = forwarded[:max(i, 0)]
		if entry == "" { // a list may have empty places (RFC 9110 §5.6.1)
			continue
		}
		before, ok := hop(entry)
		if !ok {
			break
		}
		peer = before
	}
	return peer
}

// hop reads one place of X-Forwarded-For as proxies write it: an address, or one
// with a port, in brackets or not, in quotes or not, with a zone or without.
func hop(s string) (netip.Addr, bool) {
	if n := len(s); n >= 2 && s[0] == '"' && s[n-1] == '"' {
		s = strings.Trim(s[1:n-1], " \t")
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return plain(a), true
	}
	if a, err := netip.ParseAddrPort(s); err == nil {
		return plain(a.Addr()), true
	}
	if n := len(s); n >= 2 && s[0] == '[' && s[n-1] == ']' {
		if a, err := netip.ParseAddr(s[1 : n-1]); err == nil && a.Is6() {
			return plain(a), true
		}
	}
	// Some write a port after an IPv6 address without brackets.
	if i := strings.LastIndexByte(s, ':'); i > 0 {
		a, err := netip.ParseAddr(s[:i])
		if _, port := strconv.ParseUint(s[i+1:], 10, 16); err == nil && port == nil && a.Is6() {
			return plain(a), true
		}
	}
	return netip.Addr{}, false
}

// plain is an address as it is compared: IPv4 as IPv4, without a zone.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func trusts(proxies []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}
