// Package classifier is the small convolutional network whose features the
// zoo's measures on images are taken in: one for MNIST's digits and one for
// Fashion-MNIST's clothing come with the program, and `zoo classifier train`
// makes them again, or one for any labelled images.
//
// Its penultimate layer stands where Inception's stands in the published
// scores. Figures on it are no Inception figures and carry its name: "FID
// (LeNet)".
//
// Shape letters: N batch, C channels, H and W height and width, D features, K
// classes.
package classifier
