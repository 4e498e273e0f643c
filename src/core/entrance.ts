/** A way into a place: code that is called through it finds the place as the current one (scope.ts). */
export interface Entrance<Place> {
  enter<Given>(place: Place, call: (given: Given) => unknown, given: Given): unknown;
}
