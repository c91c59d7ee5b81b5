export {
  assess,
  assessMember,
  isAmountOff,
  limitFor,
  type RiskLimits,
  type Spender,
} from './assess.ts'
