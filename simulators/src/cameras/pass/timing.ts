/** Frames of a pass, five a second: six seconds, in, stop and away. */
export const framesPerPass = 30
export const framesPerSecond = 5
