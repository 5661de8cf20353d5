const { default: Sequencer } = require("@jest/test-sequencer");

/** For `npm run test:watch`: what failed before comes first, then the quickest. */
module.exports = class ShortestFirst extends Sequencer {
    sort(tests) {
        const shortest = super.sort(tests).reverse();
        return [
            ...shortest.filter((test) => this.hasFailed(test)),
            ...shortest.filter((test) => !this.hasFailed(test)),
        ];
    }
};
