package mobileapi

import (
	"github.com/gofiber/fiber/v2"

	"zoufang/internal/fiberapp"
)

const prefix = "/m/v1"

// Bounds of bodies, in bytes.
const (
	maxShort  = fiberapp.StrangerLimit
	maxHave   = 64 << 10
	maxSent   = maxInflated + 4<<10 // of a sync: gzip of incompressible bytes is a little larger
	maxMedium = 20 << 20
	maxBlock  = 5 << 20 // of a medium, that a store holds in memory at a time
)

// Mount adds the phone protocol to an app made by fiberapp. Each line says who may
// ask and then, for who passed, how large a body may be: none is read before. Last
// wills and media say in their bodies or headers who sends them, so that their
// handlers look and then read, within maxSent and maxMedium.
func (a *API) Mount(app *fiber.App) {
	m := app.Group(prefix, noStore)

	m.Post("/enrol", body(maxShort), a.enrol)
	m.Post("/challenge", body(maxShort), a.challenge)
	m.Post("/token", body(maxShort), a.token)

	m.Post("/sync", a.auth, body(maxSent), fiberapp.Heard, a.sync)
	m.Get("/held", a.auth, fiberapp.Heard, a.held)
	m.Post("/lastwill", a.lastWill)
	m.Get("/recovery", a.auth, a.recovery)
	m.Post("/people/number", a.auth, body(maxShort), a.sameNumber)

	m.Options("/media", a.tusOptions)
	m.Options("/media/uploads/:id", a.tusOptions)
	m.Post("/media", tus, a.authOrProof, a.createUpload)
	m.Head("/media/uploads/:id", tus, a.authOrProof, a.headUpload)
	m.Patch("/media/uploads/:id", tus, a.authOrProof, a.patchUpload)
	m.Delete("/media/uploads/:id", tus, a.authOrProof, a.deleteUpload)
	m.Post("/media/uploads/:id", tus, a.authOrProof, a.overridden)

	m.Post("/media/have", a.auth, body(maxHave), fiberapp.Heard, a.have)
	m.Get("/media/:digest", a.auth, a.getMedium) // HEAD as well
}

// noStore is the rule; a medium that is found sets its own.
func noStore(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Next()
}
