package reproduce

import (
	"fmt"
	"maps"
	"time"

	"github.com/ganzoo/ganzoo/internal/versus"
)

// ranked are the objectives of "Are GANs Created Equal?", with the best FID that
// the paper found for each and what ours sets beside the defaults.
var ranked = []struct {
	name, variant  string
	mnist, fashion float64
	params         map[string]string
}{
	{"gan", "gan", 6.8, 26.5, nil},
	{"gan-saturating", "gan", 9.8, 29.6, map[string]string{"loss": "saturating"}},
	{"lsgan", "lsgan", 7.8, 30.7, map[string]string{"lr_d": "2e-4"}},
	{"wgan", "wgan", 6.7, 21.5, nil},
	{"wgangp", "wgangp", 20.3, 24.5, nil},
	{"dragan", "dragan", 7.6, 27.7, map[string]string{"lr_d": "2e-4"}},
	{"began", "began", 13.1, 22.9, nil},
}

// rankedData are its data that the zoo has.
var rankedData = []string{"mnist", "fashion-mnist"}

var ranking = rankingTable()

func rankingTable() Protocol {
	p := Protocol{
		Name: "ranking", Title: "The ranking of seven objectives under one budget", Paper: "arXiv:1711.10337, best FID",
		Differs: "FID of a small classifier's features, not Inception's, so ranks are compared and not values; one setting each, not the best of 100; one budget of 200,000 images on the network slim28",
		Takes:   12 * time.Minute, Seeds: 2,
		Conclude: compareRanks,
	}
	for _, o := range ranked {
		params := map[string]string{"latent": "64"}
		maps.Copy(params, o.params)
		p.Trainings = append(p.Trainings, Training{o.name, versus.Plan{
			Variants: []string{o.variant}, Data: rankedData, Images: 200_000, Arch: "slim28", Params: params, Measures: []string{"fid"},
		}})
	}
	for _, data := range rankedData {
		for i, o := range ranked {
			p.Targets = append(p.Targets, Target{
				What: fmt.Sprintf("FID of %s on %s", o.name, data), Published: fmt.Sprint(publishedFID(i, data)),
				Training: o.name, Data: data, Read: last("FID (LeNet)"),
			})
		}
	}
	return p
}

func publishedFID(objective int, data string) float64 {
	if data == rankedData[0] {
		return ranked[objective].mnist
	}
	return ranked[objective].fashion
}

// compareRanks is, for each data, the rank correlation of our means with the
// published values.
func compareRanks(rows []Row) []Row {
	var list []Row
	n := len(ranked)
	for d, data := range rankedData {
		var theirs, ours []float64
		for i, row := range rows[d*n:][:n] {
			if row.Ours.Mean != nil {
				theirs, ours = append(theirs, publishedFID(i, data)), append(ours, *row.Ours.Mean)
			}
		}
		if len(ours) == n {
			list = append(list, exact("rank correlation with the paper on "+data, "1", spearman(theirs, ours), fmt.Sprintf("%d objectives", n)))
		}
	}
	return list
}
