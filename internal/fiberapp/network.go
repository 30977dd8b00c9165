package fiberapp

import (
	"net/netip"

	"github.com/gofiber/fiber/v2"
)

// Network gives the network that whoever asks is likely to have to themselves, as a
// key to count by: an IPv4 address, or the /48 of an IPv6 one, which is a site's.
// It is wider than Address: whoever has a /48 has 65,536 of those.
func Network(c *fiber.Ctx) string { return network(Address(c)) }

func network(address string) string {
	p, err := netip.ParsePrefix(address)
	if err != nil {
		return address
	}
	if p, err = p.Addr().Prefix(48); err != nil {
		return address
	}
	return p.String()
}
