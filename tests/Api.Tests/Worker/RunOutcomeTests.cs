using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Velodrome.Api.Worker;

namespace Velodrome.Api.Tests.Worker;

/// <summary>The codes of runs that fail for want of room. None of them is an error of the service.</summary>
public sealed class RunOutcomeTests
{
    public static TheoryData<Exception, string> Failures { get; } = new()
    {
        { new InsufficientMemoryException(), "outOfMemory" },
        { new AggregateException(new InsufficientMemoryException()), "outOfMemory" },
        { new LibtorchException("[enforce fail at alloc_cpu.cpp:121] DefaultCPUAllocator: can't allocate memory"), "outOfMemory" },
        { new LibtorchException("mat1 and mat2 shapes cannot be multiplied"), "internalError" },
        { new InvalidOperationException(), "internalError" },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void A_failure_for_want_of_room_has_a_code_of_its_own(Exception failure, string code) =>
        Assert.Equal(code, RunOutcomes.FromFailure(failure).Error!.Code);

    /// <summary>TorchSharp throws the base class, which the analysers reserve for the runtime.</summary>
    private sealed class LibtorchException(string message) : ExternalException(message);
}
