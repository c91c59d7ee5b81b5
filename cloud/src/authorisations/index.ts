export {
  closeAuthorisation,
  findAuthorisation,
} from './authorisations.repo.ts'
export { type Authorise, createAuthorise } from './authorise.ts'
export { authorisationRoutes } from './routes.ts'
