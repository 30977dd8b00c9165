// Package web owns what is shown in browsers: the shared tokens, the style and
// the templates of the pages the server renders. It holds files alone, embedded
// so that the program is one file; what is filled into them is decided in server.
package web

import "embed"

// Styles are the style sheets, by name under /assets/.
//
//go:embed shared/tokens.css staff/staff.css
var Styles embed.FS

// Staff are the templates of the staff pages.
//
//go:embed staff/*.html
var Staff embed.FS

// Phone is the page at /phone/ until there is an app.
//
//go:embed phone.html
var Phone embed.FS
