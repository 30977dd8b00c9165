package mobileapi

import (
	"github.com/gofiber/fiber/v2"
)

const prefix = "/m/v1"

// Mount adds the phone protocol to an app made by fiberapp with BodyLimit.
func (a *API) Mount(app *fiber.App) {
	m := app.Group(prefix, noStore)

	m.Post("/enrol", a.enrol)
	m.Post("/challenge", a.challenge)
	m.Post("/token", a.token)

	m.Post("/sync", a.auth, a.sync)
	m.Get("/held", a.auth, a.held)
	m.Post("/lastwill", a.lastWill)
	m.Get("/recovery", a.auth, a.recovery)
	m.Post("/people/number", a.auth, a.sameNumber)

	m.Options("/media", a.tusOptions)
	m.Options("/media/uploads/:id", a.tusOptions)
	m.Post("/media", tus, a.authOrProof, a.createUpload)
	m.Head("/media/uploads/:id", tus, a.authOrProof, a.headUpload)
	m.Patch("/media/uploads/:id", tus, a.authOrProof, a.patchUpload)
	m.Delete("/media/uploads/:id", tus, a.authOrProof, a.deleteUpload)
	m.Post("/media/uploads/:id", tus, a.authOrProof, a.overridden)

	m.Post("/media/have", a.auth, a.have)
	m.Get("/media/:digest", a.auth, a.getMedium) // HEAD as well
}

// noStore is the rule; a medium that is found sets its own.
func noStore(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Next()
}
