package catalog

// WorthTwo has two goroutines share the rows of any question from now on, or none.
func WorthTwo(any bool) {
	worthTwo = 1 << 40
	if any {
		worthTwo = 0
	}
}
