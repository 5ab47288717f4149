import type { Overrides } from '../../src/compose.ts';
import type { Artifact } from '../../src/ports/store/artifacts.ts';
import type { Store } from '../../src/ports/store.ts';

/** Stops the next write of one kind of artifact until it is let through: the worst moment for whoever races it. */
export interface Gate {
  readonly overrides: Overrides;
  /** @returns when somebody stands before the gate, and how to open it */
  hold(model: string): { readonly reached: Promise<void>; open(): void };
}

export function createGate(): Gate {
  let held: { readonly model: string; readonly arrived: () => void; readonly opened: Promise<void> } | null = null;
  const pass = async ({ model }: Artifact): Promise<void> => {
    if (held?.model !== model) return;
    const { arrived, opened } = held;
    held = null;
    arrived();
    await opened;
  };
  const wrapStore = (store: Store): Store => {
    const { artifacts } = store;
    const save: typeof artifacts.save = async (artifact, options) => {
      await pass(artifact);
      return artifacts.save(artifact, options);
    };
    const rotate: typeof artifacts.rotate = async (predecessor, successor, ...rest) => {
      await pass(successor);
      return artifacts.rotate(predecessor, successor, ...rest);
    };
    return { ...store, artifacts: { ...artifacts, save, rotate } };
  };
  return {
    overrides: { wrapStore },
    hold(model) {
      const reached = Promise.withResolvers<void>();
      const opening = Promise.withResolvers<void>();
      held = { model, arrived: reached.resolve, opened: opening.promise };
      return { reached: reached.promise, open: opening.resolve };
    },
  };
}
