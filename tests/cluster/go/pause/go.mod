module slipway.test/pause

go 1.26.0
