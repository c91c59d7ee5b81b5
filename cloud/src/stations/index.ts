export { requireStation } from './authenticate.ts'
export { stationRoutes } from './routes.ts'
export { bindEdge } from './stations.repo.ts'
