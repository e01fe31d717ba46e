import { UnimplementedBlobStore } from "@dagstack/contracts";

/** Stands for the store that a reader of the README has written. */
export class MyBlobStore extends UnimplementedBlobStore {}
