/** Looks through a fuelling point's camera while a visit lasts, and says whose plate it sees. */
export {
  createPlateWatcher,
  type PlateWatcher,
  type PlateWatcherDeps,
} from './plate-watcher.ts'
