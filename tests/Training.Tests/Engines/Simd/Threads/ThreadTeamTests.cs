using System.Collections.Concurrent;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Engines.Simd.Layers;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Threads;
using Velodrome.Training.Engines.Simd.Vectors;

namespace Velodrome.Training.Tests.Engines.Simd.Threads;

public sealed class ThreadTeamTests
{
    private const int Lanes = 2;

    private static readonly int[] Stages = [3, 5, 1];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_part_is_done_once_after_all_of_the_stages_before(int size)
    {
        using var team = new ThreadTeam(size, Lanes);
        for (var round = 0; round < 2_000; round++)
        {
            var (done, tooEarly) = (new int[Lanes, Stages.Length], 0);
            team.Run(Stages, (lane, stage, _, _) =>
            {
                for (var before = 0; before < stage; before++)
                {
                    Interlocked.Add(ref tooEarly, Volatile.Read(ref done[lane, before]) < Stages[before] ? 1 : 0);
                }

                Thread.SpinWait(round % 40);
                Interlocked.Increment(ref done[lane, stage]);
            });

            Assert.Equal(0, tooEarly);
            Assert.Equal([.. Stages, .. Stages], done.Cast<int>());
        }
    }

    [Fact]
    public void A_lane_whose_thread_is_held_up_is_done_by_another()
    {
        using var team = new ThreadTeam(size: 2, Lanes);
        using ManualResetEventSlim held = new(), released = new();
        var parts = new ConcurrentBag<(int Lane, int Number, int Worker)>();

        team.Run([4], (lane, _, number, worker) =>
        {
            if (worker == 0)
            {
                Assert.True(held.Wait(TimeSpan.FromSeconds(30)), "The other thread does not work.");
            }
            else
            {
                held.Set();
                Assert.True(released.Wait(TimeSpan.FromSeconds(30)), "Nobody else did the rest.");
            }

            parts.Add((lane, number, worker));
            if (parts.Count(part => part.Worker == 0) == 7)
            {
                released.Set();
            }
        });

        Assert.Equal(8, parts.Select(part => (part.Lane, part.Number)).Distinct().Count());
    }

    [Fact]
    public void A_part_that_fails_fails_the_work_and_not_what_comes_after()
    {
        using var team = new ThreadTeam(size: 2, Lanes);
        var done = 0;

        var failure = Assert.Throws<InvalidOperationException>(() => team.Run(Stages, (lane, stage, _, _) =>
        {
            if ((lane, stage) == (1, 1))
            {
                throw new ArithmeticException();
            }
        }));
        team.Run(Stages, (_, _, _, _) => Interlocked.Increment(ref done));

        Assert.IsType<ArithmeticException>(failure.InnerException);
        Assert.Equal(Lanes * Stages.Sum(), done);
    }
}
