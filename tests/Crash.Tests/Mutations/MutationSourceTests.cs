using Velodrome.Crash.Tests.MutationTests;

namespace Velodrome.Crash.Tests.Mutations;

/// <summary>Fails within a second if a mutation no longer matches the source. The test that uses it takes minutes.</summary>
public sealed class MutationSourceTests
{
    [Fact]
    public void Every_mutation_matches_the_source()
    {
        Mutation[] mutations = [CommitTests.AnswerBeforeCommit, FencingTests.NoFencing, SeedTests.SeedPerProcess];

        Assert.All(mutations, mutation => mutation.Apply());
    }
}
