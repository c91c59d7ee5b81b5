export { ConfigError, type Environment, readConfig } from './config.ts'
export { type Service, startService } from './service.ts'
