/** The same object with some members that are wrong. */
export function faulty<T extends object>(good: T, members: (good: T) => object): T {
  const wrong = members(good);
  return new Proxy(good, {
    get(target, name) {
      const from = Object.hasOwn(wrong, name) ? wrong : target;
      const member: unknown = Reflect.get(from, name);
      return typeof member === "function"
        ? (member as (...args: unknown[]) => unknown).bind(from)
        : member;
    },
  });
}
