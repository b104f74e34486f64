using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a 64-bit little-endian ELF library and marks one of its required symbol versions as weak (VER_FLG_WEAK). The dynamic
/// loader then loads the library even if the system's library lacks that version. The structures are described in "Symbol
/// Versioning" of the Linux Standard Base and in elf.h.
/// </summary>
public sealed class WeakenVersionNeed : Task
{
    private const uint VersionNeedSection = 0x6ffffffe; // SHT_GNU_verneed
    private const byte Weak = 2;                        // VER_FLG_WEAK

    [Required] public string Source { get; set; }
    [Required] public string Destination { get; set; }
    [Required] public string Version { get; set; }

    public override bool Execute()
    {
        var elf = File.ReadAllBytes(Source);
        if (elf.Length < 64 || BitConverter.ToUInt32(elf, 0) != 0x464c457f || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogError("{0} is not a 64-bit little-endian ELF file.", Source);
            return false;
        }

        var weakened = Weaken(elf);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Destination)));
        File.WriteAllBytes(Destination, elf);
        Log.LogMessage("{0}: marked {1} requirement(s) of {2} as weak.", Destination, weakened, Version);
        return true;
    }

    private int Weaken(byte[] elf)
    {
        var count = 0;
        foreach (var section in Sections(elf))
        {
            if (BitConverter.ToUInt32(elf, section + 4) != VersionNeedSection) continue;

            var names = OffsetOf(elf, Section(elf, BitConverter.ToInt32(elf, section + 40))); // sh_link: the string table
            var need = OffsetOf(elf, section);
            for (var next = -1; next != 0; need += next) // one Verneed for each required library
            {
                next = BitConverter.ToInt32(elf, need + 12);
                var version = need + BitConverter.ToInt32(elf, need + 8);
                for (var left = BitConverter.ToUInt16(elf, need + 2); left > 0; left--) // one Vernaux for each of its versions
                {
                    if (Name(elf, names + BitConverter.ToInt32(elf, version + 8)) == Version)
                    {
                        elf[version + 4] |= Weak;
                        count++;
                    }

                    version += BitConverter.ToInt32(elf, version + 12);
                }
            }
        }

        return count;
    }

    private static int[] Sections(byte[] elf)
    {
        var sections = new int[BitConverter.ToUInt16(elf, 0x3c)];
        for (var i = 0; i < sections.Length; i++) sections[i] = Section(elf, i);
        return sections;
    }

    private static int Section(byte[] elf, int index) =>
        checked((int)BitConverter.ToInt64(elf, 0x28)) + index * BitConverter.ToUInt16(elf, 0x3a);

    private static int OffsetOf(byte[] elf, int section) => checked((int)BitConverter.ToInt64(elf, section + 24));

    private static string Name(byte[] elf, int start) =>
        Encoding.ASCII.GetString(elf, start, Array.IndexOf(elf, (byte)0, start) - start);
}
