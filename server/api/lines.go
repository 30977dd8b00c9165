package api

import (
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"zoufang/internal/fiberapp"
	"zoufang/internal/problem"
)

// lines is the router that huma adds its operations to. Each stands behind what the
// route's line says: who may ask, how often, with which parameters and body.
type lines struct {
	fiber.Router
	a *API
}

// Add implements fiber.Router.
func (l *lines) Add(method, path string, handlers ...fiber.Handler) fiber.Router {
	r := l.a.route(method, path)
	chain := []fiber.Handler{l.a.enter(r)}
	if !r.Streams && !r.Writes {
		chain = append(chain, fiberapp.Heard)
	}
	if r.Marked {
		chain = append(chain, marked)
	}
	for _, h := range handlers {
		chain = append(chain, outcome(h))
	}
	if method == fiber.MethodGet {
		l.Router.Add(fiber.MethodHead, path, chain...)
	}
	return l.Router.Add(method, path, chain...)
}

// route finds a line by what the router is given.
func (a *API) route(method, path string) *Route {
	i := slices.IndexFunc(a.routes, func(r Route) bool { return r.Method == method && r.router() == path })
	return &a.routes[i] // huma adds what register was given
}

// router is the path as the router takes it, with :params.
func (r *Route) router() string { return strings.NewReplacer("{", ":", "}", "").Replace(r.Path) }

// register adds a route to huma, and so to the document.
func (a *API) register(r *Route) {
	op := huma.Operation{
		OperationID: r.id(), Method: r.Method, Path: r.Path, Summary: r.Summary, Description: r.About, Tags: []string{r.tag()},
		Security:   []map[string][]string{{"token": {}}, {"cookie": {}}},
		Parameters: r.Parameters, Responses: a.problems(r), Deprecated: r.Deprecated != "", BodyReadTimeout: -1,
		DefaultStatus: r.Status, SkipValidateBody: false, MaxBodyBytes: int64(r.Body) + 1,
	}
	r.add(a, op)
	item := a.huma.OpenAPI().Paths[r.Path]
	added := item.Get
	switch r.Method {
	case fiber.MethodPost:
		added = item.Post
	case fiber.MethodDelete:
		added = item.Delete
	}
	r.lists = map[string]bool{}
	for _, p := range added.Parameters {
		if p.In == "query" {
			r.lists[p.Name] = p.Schema.Type == huma.TypeArray && p.Explode != nil && *p.Explode
		}
	}
	if r.Answer != nil {
		added.Responses["200"].Content = map[string]*huma.MediaType{"application/json": {Schema: r.Answer}}
	}
	if r.Other != nil {
		for status, response := range r.Other {
			added.Responses[status] = response
		}
	}
}

// id names an operation by its address: visits.id.decision is post-visits-id-decision.
func (r *Route) id() string {
	return strings.ToLower(r.Method) + strings.NewReplacer("/", "-", "{", "", "}", "").Replace(r.Path)
}

func (r *Route) tag() string {
	tag, _, _ := strings.Cut(strings.TrimPrefix(r.Path, "/"), "/")
	return tag
}

// paths gives the methods of each path as the router takes it.
func (a *API) paths() map[string][]string {
	out := map[string][]string{"/openapi.json": {fiber.MethodGet}, "/": {fiber.MethodGet}}
	for i := range a.routes {
		r := &a.routes[i]
		out[r.router()] = append(out[r.router()], r.Method)
	}
	return out
}

// methodsOf refuses other methods of a path.
func methodsOf(methods []string) fiber.Handler {
	if slices.Contains(methods, fiber.MethodGet) {
		methods = append(methods, fiber.MethodHead)
	}
	allowed := strings.Join(methods, ", ")
	return func(c *fiber.Ctx) error {
		if slices.Contains(methods, c.Method()) {
			return c.Next()
		}
		if fiberapp.Stream(c).Length() > fiberapp.StrangerLimit {
			return problem.Of(problem.TooLarge)
		}
		c.Set(fiber.HeaderAllow, allowed)
		return problem.Of(problem.Method)
	}
}
