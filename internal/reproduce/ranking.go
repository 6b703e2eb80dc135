package reproduce

import (
	"fmt"
	"time"

	"github.com/ganzoo/ganzoo/internal/versus"
)

// rankedVariants are those of "Are GANs Created Equal?" that the zoo has, with
// the best FID that the paper found for each and the discriminator's rate in ours.
var rankedVariants = []struct {
	name           string
	mnist, fashion float64
	rate           string // empty: the default
}{
	{"gan", 6.8, 26.5, ""}, {"lsgan", 7.8, 30.7, "2e-4"}, {"wgan", 6.7, 21.5, ""},
	{"wgangp", 20.3, 24.5, ""}, {"dragan", 7.6, 27.7, "2e-4"}, {"began", 13.1, 22.9, ""},
}

// rankedData are its data that the zoo has.
var rankedData = []string{"mnist", "fashion-mnist"}

var ranking = rankingTable()

func rankingTable() Protocol {
	p := Protocol{
		Name: "ranking", Title: "The ranking of six variants under one budget", Paper: "arXiv:1711.10337, best FID",
		Differs: "FID of a small classifier's features, not Inception's, so ranks are compared and not values; one setting each, not the best of 100; one budget of 200,000 images on the network slim28",
		Takes:   12 * time.Minute, Seeds: 2,
		Conclude: compareRanks,
	}
	for _, v := range rankedVariants {
		params := map[string]string{"latent": "64"}
		if v.rate != "" {
			params["lr_d"] = v.rate
		}
		p.Trainings = append(p.Trainings, Training{v.name, versus.Plan{
			Variants: []string{v.name}, Data: rankedData, Images: 200_000, Arch: "slim28", Params: params, Measures: []string{"fid"},
		}})
	}
	for _, data := range rankedData {
		for i, v := range rankedVariants {
			p.Targets = append(p.Targets, Target{
				What: fmt.Sprintf("FID of %s on %s", v.name, data), Published: fmt.Sprint(publishedFID(i, data)),
				Training: v.name, Data: data, Read: last("FID (LeNet)"),
			})
		}
	}
	return p
}

func publishedFID(variant int, data string) float64 {
	if data == rankedData[0] {
		return rankedVariants[variant].mnist
	}
	return rankedVariants[variant].fashion
}

// compareRanks is, for each data, the rank correlation of our means with the
// published values.
func compareRanks(rows []Row) []Row {
	var list []Row
	n := len(rankedVariants)
	for d, data := range rankedData {
		var theirs, ours []float64
		for i, row := range rows[d*n:][:n] {
			if row.Ours.Mean != nil {
				theirs, ours = append(theirs, publishedFID(i, data)), append(ours, *row.Ours.Mean)
			}
		}
		if len(ours) == n {
			list = append(list, exact("rank correlation with the paper on "+data, "1", spearman(theirs, ours), "6 variants"))
		}
	}
	return list
}
