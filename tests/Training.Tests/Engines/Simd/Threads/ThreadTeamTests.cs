using System.Collections.Concurrent;
using Velodrome.Training.Engines.Simd.Threads;

namespace Velodrome.Training.Tests.Engines.Simd.Threads;

public sealed class ThreadTeamTests
{
    private const int Queues = 2;

    private static readonly int[] ItemsPerStage = [3, 5, 1];

    /// <summary>Ends a test whose threads would otherwise wait for ever.</summary>

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_item_runs_once_and_after_all_items_of_the_stages_before(int size)
    {
        using var team = new ThreadTeam(size, Queues);
        for (var round = 0; round < 2_000; round++)
        {
            var (done, tooEarly) = (new int[Queues, ItemsPerStage.Length], 0);
            team.Run(ItemsPerStage, (queue, stage, _, _) =>
            {
                for (var before = 0; before < stage; before++)
                {
                    Interlocked.Add(ref tooEarly, Volatile.Read(ref done[queue, before]) < ItemsPerStage[before] ? 1 : 0);
                }

                Thread.SpinWait(round % 40);
                Interlocked.Increment(ref done[queue, stage]);
            });

            Assert.Equal(0, tooEarly);
            Assert.Equal([.. ItemsPerStage, .. ItemsPerStage], done.Cast<int>());
        }
    }

    [Fact]
    public void A_queue_whose_thread_is_held_up_is_finished_by_another()
    {
        using var team = new ThreadTeam(size: 2, Queues);
        using ManualResetEventSlim heldUp = new(), released = new();
        var items = new ConcurrentBag<(int Queue, int Number, int Worker)>();

        team.Run([4], (queue, _, number, worker) =>
        {
            if (worker == 0)
            {
                Assert.True(heldUp.Wait(Wait.Limit), "The other thread took no item.");
            }
            else
            {
                heldUp.Set();
                Assert.True(released.Wait(Wait.Limit), "No thread ran the other items.");
            }

            items.Add((queue, number, worker));
            if (items.Count(item => item.Worker == 0) == 7)
            {
                released.Set();
            }
        });

        Assert.Equal(8, items.Select(item => (item.Queue, item.Number)).Distinct().Count());
    }

    [Fact]
    public void An_item_that_throws_fails_its_round_and_not_the_next()
    {
        using var team = new ThreadTeam(size: 2, Queues);
        var done = 0;

        var failure = Assert.Throws<InvalidOperationException>(() => team.Run(ItemsPerStage, (queue, stage, _, _) =>
        {
            if ((queue, stage) == (1, 1))
            {
                throw new ArithmeticException();
            }
        }));
        team.Run(ItemsPerStage, (_, _, _, _) => Interlocked.Increment(ref done));

        Assert.IsType<ArithmeticException>(failure.InnerException);
        Assert.Equal(Queues * ItemsPerStage.Sum(), done);
    }

    [Fact]
    public void Items_after_one_that_throws_are_skipped()
    {
        using var team = new ThreadTeam(size: 1, Queues);
        var begun = new List<(int Queue, int Stage, int Number)>();

        Assert.Throws<InvalidOperationException>(() => team.Run(ItemsPerStage, (queue, stage, number, _) =>
        {
            begun.Add((queue, stage, number));
            if (stage == 1)
            {
                throw new ArithmeticException();
            }
        }));

        Assert.Equal([(0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 1, 0)], begun);
    }

    [Fact]
    public async Task An_item_that_waits_for_one_that_throws_goes_on_and_the_team_can_be_disposed()
    {
        using var waits = new ManualResetEventSlim();
        var (counter, reached) = (0, true);
        var round = Task.Factory.StartNew(() =>
        {
            using var team = new ThreadTeam(size: 2, Queues);
            team.Run([1], (queue, _, _, _) =>
            {
                if (queue == 0)
                {
                    waits.Set();
                    reached = team.WaitFor(ref counter, 1);
                }
                else
                {
                    Assert.True(waits.Wait(Wait.Limit), "The other item did not run.");
                    throw new ArithmeticException();
                }
            });
        }, TaskCreationOptions.LongRunning);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => round.WaitAsync(Wait.Limit));

        Assert.IsType<ArithmeticException>(failure.InnerException);
        Assert.False(reached);
    }

    [Fact]
    public void An_item_can_wait_for_another()
    {
        using var team = new ThreadTeam(size: 2, Queues);
        for (var round = 0; round < 100; round++)
        {
            var (counter, reached) = (0, false);
            team.Run([1], (queue, _, _, _) =>
            {
                if (queue == 0)
                {
                    reached = team.WaitFor(ref counter, 1);
                }
                else
                {
                    Volatile.Write(ref counter, 1);
                }
            });

            Assert.True(reached);
        }
    }
}
