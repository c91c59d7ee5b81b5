export { createScriptedPlateReader, type PlateScript, pictureKey } from './scripted-plate-reader.ts'
export { addFrame, bestPlates, emptyVote, type Vote } from './vote.ts'
