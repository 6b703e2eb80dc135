package cli

import "github.com/spf13/cobra"

// exitCodesTopic is `zoo help exit-codes`.
func exitCodesTopic() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: exitCodesText()}
}

// environmentTopic is `zoo help environment`.
func environmentTopic() *cobra.Command {
	return &cobra.Command{Use: "environment", Short: "The environment variables that zoo heeds", Long: `zoo heeds these environment variables:

  ZOO_RUNS        folder that holds the runs, as --runs; ./runs by default
  GANZOO_PLUGINS  folder of the registered third-party plugins
  GANZOO_CACHE    folder of the cached datasets
  GANZOO_DATA     folder with data brought by hand: raw or gzipped IDX files, or
                  the batches of CIFAR-10
  GANZOO_CPU      generic, avx2, avx512, avx512bf16 or amx: use no better
                  kernels than these
  NO_COLOR        when set, no colour on any terminal
  COLORTERM       truecolor: samples are previewed in the terminal`}
}
