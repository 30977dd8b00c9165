package server

import (
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/valyala/fasthttp"

	"zoufang/internal/problem"
)

// watch logs and counts requests. It knows them by method and by the route as it
// is declared, never by path, query, address or person.
type watch struct {
	log      *slog.Logger
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	underway atomic.Int64
}

func newWatch(log *slog.Logger, safeAt, free func() float64) *watch {
	w := &watch{
		log:      log,
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zoufang_http_requests_total", Help: "Requests answered."}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "zoufang_http_request_seconds", Help: "Time until a request's handler has ended.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, 1, 5, 30}}, []string{"route"}),
	}
	w.registry.MustRegister(w.requests, w.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "zoufang_http_requests_underway", Help: "Requests being answered."},
			func() float64 { return float64(w.underway.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "zoufang_safe_at_seconds",
			Help: "When the last verified backup of this epoch began, Unix time; 0 for none."}, safeAt),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "zoufang_free_bytes", Help: "Room left where things are stored."}, free))
	return w
}

type routeKey struct{}

const noRoute = "none" // no route matched, or the request failed before it came to one

var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// quietRoutes are asked by machines every few seconds.
var quietRoutes = []string{"/healthz", "/readyz", "/metrics"}

// around stands outside everything else, so that a request that fails before any
// route is seen as well.
func (w *watch) around(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		w.underway.Add(1)
		defer w.underway.Add(-1)
		began := time.Now()
		next(ctx)
		took := time.Since(began)
		method, route := string(ctx.Method()), noRoute
		if !slices.Contains(methods, method) {
			method = "OTHER"
		}
		if r, ok := ctx.UserValue(routeKey{}).(string); ok {
			route = r
		}
		status := ctx.Response.StatusCode()
		w.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
		w.seconds.WithLabelValues(route).Observe(took.Seconds())
		level := slog.LevelInfo
		if slices.Contains(quietRoutes, route) {
			level = slog.LevelDebug
		}
		w.log.LogAttrs(ctx, level, "request", slog.String("method", method), slog.String("route", route), slog.Int("status", status),
			slog.Float64("ms", float64(took.Microseconds())/1000), slog.Int("bytes", size(&ctx.Response)))
	}
}

func size(r *fasthttp.Response) int {
	if r.IsBodyStream() {
		return max(r.Header.ContentLength(), 0)
	}
	return len(r.Body())
}

// route notes the route that answered. A panic is one request's failure: its
// value, which may hold anything, is not logged.
func (w *watch) route(c *fiber.Ctx) (err error) {
	defer func() {
		if c.Context().UserValue(routeKey{}) == nil {
			c.Context().SetUserValue(routeKey{}, c.Route().Path)
		}
		if p := recover(); p != nil {
			w.log.Error("panic", "route", c.Route().Path, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = problem.Of(problem.Internal)
		}
	}()
	return c.Next()
}

// unknown notes that no route answered.
func (w *watch) unknown(c *fiber.Ctx) { c.Context().SetUserValue(routeKey{}, noRoute) }

func (w *watch) busy() bool { return w.underway.Load() > 0 }

func (w *watch) metrics() fiber.Handler {
	return adaptor.HTTPHandler(promhttp.HandlerFor(w.registry, promhttp.HandlerOpts{}))
}
