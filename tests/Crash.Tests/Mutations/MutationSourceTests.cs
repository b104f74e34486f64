using Velodrome.Crash.Tests.MutationTests;

namespace Velodrome.Crash.Tests.Mutations;

/// <summary>Finds a mutation that no longer matches the source at once, without the minutes that its own test takes.</summary>
public sealed class MutationSourceTests
{
    [Fact]
    public void Every_mutation_matches_the_source()
    {
        Mutation[] mutations = [CommitTests.AnswerBeforeCommit, FencingTests.NoFencing, SeedTests.SeedPerProcess];

        Assert.All(mutations, mutation => mutation.Apply());
    }
}
