package fiberapp

import (
	"net/netip"
	"slices"
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
	addr = cfg.client(addr.Unmap(), strings.Join(chain, ","))
	key := addr.String()
	if addr.Is6() {
		key = netip.PrefixFrom(addr, 64).Masked().String()
	}
	c.Context().SetUserValue(addressKey{}, key)
	return c.Next()
}

// client walks the chain of proxies from the nearest: each trusted one vouches
// for the address before it. What stands before that anybody can write.
func (cfg Config) client(peer netip.Addr, forwarded string) netip.Addr {
	for forwarded != "" && cfg.trusts(peer) {
		i := strings.LastIndexByte(forwarded, ',')
		before, err := netip.ParseAddr(strings.TrimSpace(forwarded[i+1:]))
		if err != nil {
			break
		}
		peer = before.Unmap().WithZone("")
		forwarded = forwarded[:max(i, 0)]
	}
	return peer
}

func (cfg Config) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(cfg.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}
