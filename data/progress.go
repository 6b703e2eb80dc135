package data

// Progress is how far the fetching or making of a dataset has come. It is
// reported from one goroutine at a time, with every piece that arrives.
type Progress struct {
	Dataset string
	Origin  string // where the data comes from: "storage.googleapis.com", "npm", a folder
	Unit    string // of Done and Total: "bytes" (unpacked) or "images"
	Done    int64
	Total   int64
}
