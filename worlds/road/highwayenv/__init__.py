"""Tasks of HighwayEnv as lay-outs: their roads, their traffic, their actions, their reward and what one sees there."""
