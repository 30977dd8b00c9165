// Package web owns what is shown in browsers: the shared tokens, the style and
// the templates of the pages the server renders, and the phone app as it was
// built. It holds files alone, embedded so that the program is one file; what is
// filled into them and how they are served is decided in server.
package web

import (
	"embed"
	"io/fs"
)

// Styles are the style sheets, by name under /assets/.
//
//go:embed shared/tokens.css staff/staff.css
var Styles embed.FS

// Staff are the templates of the staff pages.
//
//go:embed staff/*.html
var Staff embed.FS

// Plain is the page at /phone/ of a program that was built without the app.
//
//go:embed phone.html
var Plain embed.FS

// The app is there only when npm has built it. phone/dist.md stands beside it, so
// that there is always something to embed; names may begin with "_".
//
//go:embed all:phone/dist*
var phone embed.FS

// Phone gives the files of the phone app as it was built, by their paths below
// /phone/, or nil where the program was built without it.
func Phone() fs.FS {
	if _, err := fs.Stat(phone, "phone/dist/index.html"); err != nil {
		return nil
	}
	app, err := fs.Sub(phone, "phone/dist")
	if err != nil {
		return nil
	}
	return app
}
