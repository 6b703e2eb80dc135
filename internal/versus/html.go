package versus

import (
	"encoding/base64"
	"html/template"
	"io"
	"os"
	"path/filepath"

	_ "embed"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// ReportFile is the page's name in the folder.
const ReportFile = "report.html"

//go:embed report.html.tmpl
var htmlText string

var htmlPage = template.Must(template.New("report").Funcs(template.FuncMap{
	// The charts are our own: all text in them is escaped where they are drawn.
	"svg":    func(content []byte) template.HTML { return template.HTML(content) },
	"inline": inline,
}).Parse(htmlText))

// inline is a PNG as a URI that holds it whole, so that the page opens alone.
func inline(path string) (template.URL, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fault.Wrap(fault.IO, err, "cannot read the picture", path, fault.ToRead(err))
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(content)), nil
}

func (c *Folder) writeHTML(r *report) error {
	return atomicfile.Write(filepath.Join(c.Dir, ReportFile), func(w io.Writer) error { return htmlPage.Execute(w, r) })
}
