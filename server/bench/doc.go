// Package bench measures the service as its users meet it: the real program as a
// process of its own, real HTTP, real files, beside what the machine itself can
// do in the same run. It is run by `make bench` and decides nothing: it prints.
package bench
