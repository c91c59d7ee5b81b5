/**
 * Plates: reading them in pictures, and agreeing on one over the frames of a visit. Everything
 * that knows networks stays behind `PlateReader`.
 */
export { acceptConfidence } from './confidence.ts'
export { createOnnxPlateReader, type OnnxPlateReaderOptions } from './onnx-plate-reader.ts'
export { createScriptedPlateReader, type PlateScript, pictureKey } from './scripted-plate-reader.ts'
export { addFrame, bestPlates, emptyVote, type Vote } from './vote.ts'
