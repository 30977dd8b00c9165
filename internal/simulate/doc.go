// Package simulate lets many phones work against a running server as coordinators do in the hills: offline for a while,
// several in one village, some of them cloned, with wrong clocks, cut connections and lost replies. Afterwards it holds the
// server to its promise: every line a phone saved is there, applied once or held; no value is gone that nobody replaced;
// all phones of a village see the same; every photo comes back as it was taken.
//
// It owns the plan (fixed by a seed), the faults and the judgement. It knows the server by its phone protocol alone, takes
// words and pictures from the demo county, and hands on a Summary.
package simulate
