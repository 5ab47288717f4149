import type { BudgetRule, Spend } from '../../domain/budget.ts';
import { Problem } from '../../domain/errors.ts';
import type { Identifier } from '../../domain/identifier.ts';
import { type Country, numberFacts } from '../../domain/phone.ts';
import type { Vault } from '../vault.ts';
import { spendsIn } from './budget-names.ts';
import { createBudgetSubjects } from './budget-subjects.ts';

/** How much may be spent on text messages; each list holds all at once. */
export interface SmsSpendingRules {
  readonly sendsPerPrefix: readonly BudgetRule[];
  /** Of these a right code gives some back: what is left of them are messages that nobody answered. */
  readonly unansweredPerPrefix: readonly BudgetRule[];
  readonly sendsPerCountry: readonly BudgetRule[];
}

/**
 * Protection against those who earn from the messages that others send: only to listed countries, never to
 * numbers that cost, so many a day to a block of numbers and to a country, and no more to a block that nobody answers from.
 */
export interface SmsSpending {
  /**
   * Decides by the number alone, so that it says nothing about accounts.
   * @throws Problem `country_not_supported`, `number_not_supported`
   */
  admit(number: Identifier): void;
  /** @param answers whether it is known that somebody there answers; then a block that is paused does not keep it out */
  spends(number: Identifier, answers: boolean): Spend[];
  /** What a right code gives back. */
  answered(number: Identifier): string[];
}

/** One right code makes up for so many messages: a block pauses when less than a tenth is answered. */
const MESSAGES_PER_ANSWER = 10;

export function createSmsSpending(deps: {
  readonly rules: SmsSpendingRules;
  /** Where messages may go; none is nowhere. */
  readonly countries: readonly Country[];
  readonly vault: Vault;
}): SmsSpending {
  const { rules } = deps;
  const countries: ReadonlySet<Country | null> = new Set(deps.countries);
  const unanswered = (block: string): Spend[] => spendsIn(rules, 'sms.unanswered', block);
  const { blockOf } = createBudgetSubjects(deps.vault);

  return {
    admit({ value }) {
      const { country, textable } = numberFacts(value);
      if (!countries.has(country)) throw new Problem('country_not_supported');
      if (!textable) throw new Problem('number_not_supported');
    },
    spends({ value }, answers) {
      const { country, prefix } = numberFacts(value);
      const block = blockOf(prefix);
      return [
        ...(answers ? [] : unanswered(block)),
        ...spendsIn(rules, 'sms.prefix', block),
        // A stand-in is in no country; it spends for itself what a number spends for its own.
        ...spendsIn(rules, 'sms.country', country ?? block),
      ];
    },
    answered({ value }) {
      const keys = unanswered(blockOf(numberFacts(value).prefix)).map(({ key }) => key);
      return Array.from({ length: MESSAGES_PER_ANSWER }, () => keys).flat();
    },
  };
}
